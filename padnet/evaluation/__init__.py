"""Methods on test sets: records, certificates, runtimes."""
