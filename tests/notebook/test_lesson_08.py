"""What lesson 08 begins with: pieces of photographs, and the starting points of inpainting."""

import torch

from padnet.data.sample_pictures import photograph
from padnet.notebook.lesson_08 import local_means, picture


def test_a_picture_is_a_square_of_a_photograph():
    square = picture("camera.png", 60, 150, 16)
    assert square.shape == (1, 1, 16, 16) and square.dtype == torch.float64
    assert (255 * square[0, 0]).round().tolist() == photograph("camera.png")[60:76, 150:166].tolist()


def test_gaps_are_filled_with_what_was_seen_around_them():
    seen = torch.rand(2, 1, 12, 12, generator=torch.Generator().manual_seed(0)) > 0.5
    constant = torch.tensor([0.25, 0.75], dtype=torch.float64).reshape(2, 1, 1, 1)
    torch.testing.assert_close(local_means(constant * seen, seen), constant.expand(2, 1, 12, 12))
    ramp = torch.linspace(0, 1, 12, dtype=torch.float64).expand(2, 1, 12, 12)
    filled = local_means(ramp * seen, seen)
    assert torch.equal(filled[seen], ramp[seen]) and (filled - ramp).abs().max() < 0.2
