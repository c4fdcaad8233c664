"""The certificate as a page, a PDF and a public check."""
