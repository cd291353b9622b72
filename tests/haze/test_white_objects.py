"""A white object: where it is, how bright, and how near."""

import numpy as np

from padnet.haze.white_objects import SIDE, WHITE, with_white_object


def test_the_object_is_a_near_white_rectangle_and_the_rest_stays():
    J, d = np.full((50, 60, 3), 0.3), np.linspace(2, 0.5, 50)[:, None] * np.ones((50, 60))
    for seed in range(5):
        made, depth, hidden = with_white_object(J, d, np.random.default_rng(seed))
        rows, columns = np.flatnonzero(hidden.any(1)), np.flatnonzero(hidden.any(0))
        assert hidden.sum() == len(rows) * len(columns)
        assert (
            SIDE[0] * 50 - 1 <= len(rows) <= SIDE[1] * 50 + 1 and SIDE[0] * 60 - 1 <= len(columns) <= SIDE[1] * 60 + 1
        )
        assert made[hidden].min() > 0.95 * WHITE[0] and made[hidden].max() <= 1 and np.ptp(depth[hidden]) == 0
        assert depth[hidden].max() <= np.quantile(d, 0.3)
        assert np.array_equal(made[~hidden], J[~hidden]) and np.array_equal(depth[~hidden], d[~hidden])
    assert (J == 0.3).all() and d[0, 0] == 2  # the inputs are left alone
