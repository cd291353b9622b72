"""The physics of haze: the model (17), the airlight, and the guidance t~ that the picture itself gives."""
