"""BM3D frames (Danielyan, Katkovnik, Egiazarian, "BM3D frames and variational image deblurring", TIP 2012).

The analysis Phi collects groups of similar blocks and applies an orthonormal three-dimensional transform, DCT along
both sides of a block and Haar across the group. The synthesis Psi inverts it and returns every block to its position,
averaging overlaps with a weight per group. So Psi Phi = I for any groups and weights. All groups have the same size,
and blocks continue across the periodic border.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F

from padnet.baselines.deblurring.blocks import Grouping, check_picture, match, wrapped
from padnet.errors import InputError

CHUNK = 512  # groups transformed at once: they fit in the cache


def dct(size: int, like: torch.Tensor) -> torch.Tensor:
    """The orthonormal DCT-II on blocks of size x size pixels: (size^2, size^2), one row per basis function."""
    i = torch.arange(size, dtype=torch.float64)
    one = (torch.pi * i[:, None] * (2 * i + 1) / (2 * size)).cos() * (2 / size) ** 0.5
    one[0] /= 2**0.5
    return torch.kron(one, one).to(like)


def haar(members: int, like: torch.Tensor) -> torch.Tensor:
    """The orthonormal Haar transform of ``members`` numbers, a power of two: (members, members)."""
    H = torch.ones(1, 1, dtype=torch.float64)
    while len(H) < members:
        one = torch.eye(len(H), dtype=H.dtype)  # finest differences follow the coarser half
        H = torch.cat([torch.kron(H, H.new_tensor([[1, 1]])), torch.kron(one, H.new_tensor([[1, -1]]))]) / 2**0.5
    return H.to(like)


class Frame:
    """Phi and Psi for the groups found in one image.

    Args:
        x: (1, 1, h, w), where blocks are matched.
        grouping: the parameters of block matching.

    Attributes:
        groups: (members, references) int64, see padnet.baselines.deblurring.blocks.match.
        weights: (references,), of the groups in the averages of Psi; initially ones.

    On a GPU the order of the sums is only fixed under torch.use_deterministic_algorithms(True).

    Raises:
        InputError: unless x is one image that is large enough for the search.
    """

    def __init__(self, x: torch.Tensor, grouping: Grouping):
        self.grouping, self.shape = grouping, tuple(check_picture(x, grouping).shape[-2:])
        self.groups = match(x, grouping)
        self._dct, self._haar = dct(grouping.size, x), haar(grouping.members, x)
        self.weigh(torch.ones(self.groups.shape[1]).to(x))

    def weigh(self, weights: torch.Tensor) -> None:
        """Set the positive weight of each group, (references,), in the averages of Psi."""
        if weights.shape != self.groups.shape[1:] or not (weights > 0).all():
            raise InputError(f"{self.groups.shape[1]} groups need as many positive weights.")
        self.weights = weights
        count = weights.new_zeros(self.shape[0] * self.shape[1])
        count.index_add_(0, self.groups.flatten(), weights.expand_as(self.groups).flatten())
        # A weight applies to a whole block: each of its pixels gets it.
        self._total = self._place(count.expand(self.grouping.size**2, -1))

    def spectra(self, x: torch.Tensor) -> torch.Tensor:
        """The DCT of every block of x, (1, 1, h, w): (h w, size^2), by upper left pixel."""
        size = self.grouping.size
        blocks = wrapped(x, size)[0, 0].unfold(0, size, 1).unfold(1, size, 1)
        return blocks.reshape(-1, size**2) @ self._dct.T

    def _place(self, blocks: torch.Tensor) -> torch.Tensor:
        """Sum the pixels of all blocks, (size^2, h w), at their positions: (1, 1, h, w)."""
        (h, w), size = self.shape, self.grouping.size
        total = F.fold(blocks[None], (h + size - 1, w + size - 1), size)
        total[..., : size - 1, :] += total[..., h:, :]
        total[..., : size - 1] += total[..., w:]
        return total[..., :h, :w]

    def _chunks(self):
        return zip(self.groups.split(CHUNK, dim=1), self.weights.split(CHUNK), strict=True)

    def _gather(self, spectra: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
        flat = spectra.index_select(0, groups.flatten())
        return (self._haar @ flat.view(len(groups), -1)).view(*groups.shape, -1)

    def analysis(self, x: torch.Tensor) -> torch.Tensor:
        """Phi x: (members, references, size^2), of x (1, 1, h, w)."""
        return self._gather(self.spectra(x), self.groups)

    def synthesis(self, omega: torch.Tensor) -> torch.Tensor:
        """Psi omega: (1, 1, h, w), of omega (members, references, size^2)."""
        return self._assemble(omega.split(CHUNK, dim=1))

    def _assemble(self, parts) -> torch.Tensor:
        total = self._total.new_zeros(self.shape[0] * self.shape[1], self.grouping.size**2)
        for (groups, weights), part in zip(self._chunks(), parts, strict=False):
            back = (self._haar.T @ part.reshape(len(groups), -1)).view_as(part).mul_(weights[:, None])
            total.index_add_(0, groups.flatten(), back.flatten(0, 1))
        return self._place(self._dct.T @ total.T) / self._total

    def filtered(self, x: torch.Tensor, shrink: Callable[..., torch.Tensor], *pilots: torch.Tensor) -> torch.Tensor:
        """Psi shrink(Phi x, Phi pilot, ...), in chunks of groups; all images (1, 1, h, w)."""
        spectra = [self.spectra(image) for image in (x, *pilots)]
        return self._assemble(shrink(*(self._gather(s, groups) for s in spectra)) for groups, _ in self._chunks())

    def measured(self, measure: Callable[..., torch.Tensor], *images: torch.Tensor) -> torch.Tensor:
        """measure(Phi image, ...), a number per group: (references,); images (1, 1, h, w)."""
        spectra = [self.spectra(image) for image in images]
        return torch.cat([measure(*(self._gather(s, groups) for s in spectra)) for groups, _ in self._chunks()])
