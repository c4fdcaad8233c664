"""Questions about proofs, wishes and sign-offs."""
