import numpy as np
import pytest

from grader.datasets.drawing import Species, draw_picture, scene
from grader.datasets.drawing.coat import noise
from grader.datasets.drawing.shapes import Frame, at, blob, ellipse, points, tube


@pytest.mark.parametrize("species", Species)
@pytest.mark.parametrize("pose", sorted(set(scene.POSES)))
def test_every_pose_of_both_species_can_be_drawn(species: Species, pose: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "POSES", (pose,))
    for seed in range(4):
        picture = draw_picture(species, np.random.default_rng(seed))

        assert picture.mode == "RGB"
        assert all(90 <= side <= 360 for side in picture.size)


def test_one_seed_gives_one_picture() -> None:
    first, again = (np.asarray(draw_picture(Species.DOG, np.random.default_rng(8))) for _ in range(2))

    np.testing.assert_array_equal(first, again)


def test_size_background_and_light_do_not_know_the_species() -> None:
    cat, dog = (draw_picture(species, np.random.default_rng(21)) for species in Species)

    assert cat.size == dog.size


def test_a_frame_mirrors_tilts_and_nests() -> None:
    frame = Frame(100, 50, 10)

    np.testing.assert_allclose(frame(points((1, 2))), [[110, 70]])
    np.testing.assert_allclose(Frame(100, 50, 10, mirrored=True)(points((1, 2))), [[90, 70]])
    np.testing.assert_allclose(Frame(100, 50, 10, tilt=90)(points((1, 0))), [[100, 60]], atol=1e-9)
    np.testing.assert_allclose(frame.child(1, 0, 0.5)(points((1, 0))), [[115, 50]])


def test_a_mirrored_frame_tilts_its_children_the_other_way() -> None:
    upright, mirrored = Frame(0, 0, 1), Frame(0, 0, 1, mirrored=True)
    place = points((1, 0.5))

    np.testing.assert_allclose(
        mirrored.child(0, 0, 1, 20)(place), upright.child(0, 0, 1, 20)(place) * (-1, 1), atol=1e-9
    )


def test_outlines_are_arrays_of_points() -> None:
    assert ellipse(0, 0, 2, 1).shape == (36, 2)
    assert blob(points((0, 0), (1, 0), (1, 1))).shape == (24, 2)
    assert tube(points((0, 0), (1, 0), (2, 0)), (0.2, 0.1)).shape[1] == 2
    assert at(1, 2).shape == (2,)


def test_noise_has_mean_zero_and_the_shape_asked_for() -> None:
    field = noise((300, 200), 4, np.random.default_rng(0))

    assert field.shape == (200, 300)
    assert field.dtype == np.float32
    assert abs(float(field.mean())) < 0.1
