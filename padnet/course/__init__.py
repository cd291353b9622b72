"""What the notebooks share: figures with alt text, tables, sliders with a static twin."""
