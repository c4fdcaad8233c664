"""At least so many certified people per branch: rules, forecast, notices."""
