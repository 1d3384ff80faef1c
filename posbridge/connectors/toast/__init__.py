"""Toast: its restaurant and retail point of sale, reached through the Toast platform APIs."""
