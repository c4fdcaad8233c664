"""Questions of casework: what a fact would change, what it is about, who fits a filter."""
