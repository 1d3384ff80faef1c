"""What a sale is: money, catalog, basket, order. Pure: no I/O, no clock."""
