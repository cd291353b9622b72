"""Tables, figures and pages out of the records."""
