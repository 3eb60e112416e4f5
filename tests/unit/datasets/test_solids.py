"""The drawing of figures in three dimensions."""

import numpy as np
import pytest

from grader.datasets.drawing.hand import THUMBS, UP, Hand, hand_cones
from grader.datasets.drawing.signs import LETTERS, draw_sign
from grader.datasets.drawing.solids import Cone, Turn, place, render

AHEAD = (0.0, 0.0, 1.0)


def test_a_ball_is_a_disc_that_is_brightest_where_it_faces_the_light() -> None:
    shot = render([Cone((20, 20, 0), (20, 20, 0), 10, 10)], (40, 40), AHEAD)

    assert shot.mask.sum() == pytest.approx(np.pi * 100, rel=0.03)
    assert np.unravel_index(shot.shade.argmax(), shot.shade.shape) == (20, 20)


def test_the_nearer_of_two_is_seen_whichever_comes_first() -> None:
    near, far = Cone((20, 20, 9), (20, 20, 9), 5, 5, 1), Cone((20, 20, 0), (20, 20, 0), 5, 5, 0)

    assert render([near, far], (40, 40), AHEAD).paint[20, 20] == 1
    assert render([far, near], (40, 40), AHEAD).paint[20, 20] == 1


def test_what_lies_outside_the_picture_is_not_drawn() -> None:
    assert not render([Cone((-90, 5, 0), (-60, 5, 0), 9, 9)], (40, 40), AHEAD).mask.any()


def test_a_turn_turns_about_each_axis() -> None:
    assert Turn(roll=90)((0, -1, 0)) == pytest.approx((1, 0, 0))
    assert Turn(yaw=90)((1, 0, 0)) == pytest.approx((0, 0, -1))
    assert Turn(pitch=90)((0, 1, 0)) == pytest.approx((0, 0, 1))


def test_a_mirrored_figure_is_the_picture_mirrored() -> None:
    cones = [Cone((0.1, 0, 0), (0.4, 0.2, 0), 0.1, 0.1)]
    usual = render(place(cones, Turn(), 40, (20, 20)), (41, 41), AHEAD)
    mirrored = render(place(cones, Turn(), 40, (20, 20), mirrored=True), (41, 41), AHEAD)

    np.testing.assert_array_equal(usual.mask, mirrored.mask[:, ::-1])


@pytest.mark.parametrize("thumb", THUMBS)
def test_every_thumb_belongs_to_a_hand(thumb: str) -> None:
    cones = hand_cones(Hand(UP, UP, UP, UP, thumb), np.random.default_rng(0))

    assert len(cones) > 20


def test_each_letter_has_a_picture_of_its_own() -> None:
    pictures = {draw_sign(letter, np.random.default_rng(3)).tobytes() for letter in LETTERS}

    assert len(pictures) == 24
