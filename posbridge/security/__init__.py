"""What is kept from others: the vault and where its key comes from, tokens, PINs, roles, redaction."""
