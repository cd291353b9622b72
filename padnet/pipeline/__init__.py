"""What DVC calls: files in, files out."""
