"""Writing a certification's rules: drafts, sentences, previews, and moving open cycles."""
