"""The static site and the slides, made of a profile's executed notebooks; `padnet.site.main` is the command."""
