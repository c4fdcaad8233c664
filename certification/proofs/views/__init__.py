"""Pages of the site for proofs, sign-offs, the catalogue and wishes."""
