"""The static site and the slides, built from a profile's executed notebooks; `padnet.site.main` is the command."""
