"""The haze model (17), the airlight, and the guidance t~ computed from the image."""
