"""The static site and the slides, made of a profile's executed notebooks; `padnet.pipeline.site` is the command."""
