"""The window: Qt Quick screens over the services. Import `window` or `pictures` where a display is meant."""
