from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from grader.observation import Augmentation, CodeError, Function, KerasModel, Layer, RunStatus
from grader.report.student_page import render
from grader.scorecard import Outcome, Remark


@pytest.fixture
def words(pages, read):
    def show(card, seen=None, **background) -> str:
        return read(render(card, pages, assignment="week1", max_score=30, seen=seen, **background)).words

    return show


def test_the_score_comes_first(words, make_card):
    text = words(make_card())
    assert text.index("15 of 30") < text.index("Criteria") < text.index("The run")
    assert "1 of 2 criteria passed." in text


def test_a_criterion_says_what_was_expected_measured_and_next(words, make_card):
    text = words(make_card())
    assert "✗ Not yet The loss fits 0 of 15" in text
    assert (
        "Expected binary cross-entropy Measured mean squared error measured outside your code "
        "Try next Use binary cross-entropy." in text
    )


def test_what_is_left_to_do_is_linked_at_the_head(pages, read, make_card, make_verdict):
    verdicts = (
        make_verdict("a", Outcome.PASSED),
        make_verdict("b", Outcome.FAILED),
        make_verdict("c", Outcome.SKIPPED),
    )
    html = render(make_card("alice", *verdicts), pages, assignment="week1", max_score=30, seen=None)
    assert 'href="#criterion-2"' in html
    assert '<article class="card failed" id="criterion-2">' in html
    assert 'href="#criterion-1"' not in html
    assert 'href="#criterion-3"' not in html
    assert "To look at" not in render(
        make_card("bob", make_verdict("a", Outcome.PASSED)), pages, assignment="week1", max_score=30, seen=None
    )


def test_what_staff_said_stands_where_it_belongs(words, make_card, make_verdict):
    at = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
    remarks = (
        Remark(text="Nice curves.", who="ada", at=at),
        Remark(text="Shown in class.", who="ada", at=at, points=12, judged=10.5),
        Remark(criterion="a", text="Look at `fit` again.", who="ada", at=at),
    )
    page = words(make_card("alice", make_verdict("a"), remarks=remarks))
    head, criteria = page.split("Criteria", 1)
    assert "From your instructors Comment, 2026-11-21 Nice curves. Score set to 12, it was 10.5, 2026-11-21" in head
    assert "Shown in class." in head
    assert "Comment, 2026-11-21 Look at fit again." in criteria
    assert "From your instructors" not in words(make_card())


def test_an_answer_that_nobody_has_read_says_so(words, make_card, make_verdict):
    waiting = make_verdict("a", Outcome.SKIPPED, points=0, evidence={"code": "waiting"})
    page = words(make_card("alice", waiting, make_verdict("b")))
    assert "To be read" in page
    assert "Your instructors have yet to read an answer, worth up to 15 more points." in page


def test_every_outcome_is_said_in_words(words, make_card, make_verdict):
    card = make_card("alice", *(make_verdict(o.value, o) for o in Outcome))
    text = words(card)
    for said in ("Passed", "Partly there", "Not yet", "Skipped", "Our fault"):
        assert said in text


@pytest.mark.parametrize("status", [s for s in RunStatus if s not in {RunStatus.OK, RunStatus.INTERNAL}])
def test_a_stopped_run_says_what_happened_and_what_to_do(words, make_card, status: RunStatus):
    text = words(make_card(status=status, message="Some particulars."))
    assert "Your notebook" in text or "A cell of your notebook" in text
    assert "Some particulars." in text
    assert "What to do:" in text


def test_a_good_run_has_nothing_to_do(words, make_card):
    text = words(make_card())
    assert "What to do:" not in text
    assert "Your notebook ran from top to bottom." in text


def test_a_held_score_is_our_fault_and_shows_no_number_and_no_insides(words, make_card):
    text = words(make_card(status=RunStatus.INTERNAL, message="/srv/grader/spool vanished"))
    assert "Held This is our fault, not yours." in text
    assert "0 of 30" not in text
    assert "/srv/grader" not in text


def test_an_error_shows_the_students_own_line(words, make_card, make_observations):
    text = words(make_card(), make_observations("boom"))
    assert "Cell 8 of the notebook, line 3" in text
    assert "boom: boom" in text
    assert "boom, when we called it, line 3" in text


def test_the_model_is_a_stack_of_layers(words, make_card, make_observations):
    text = words(make_card(), make_observations())
    assert "448 parameters, 448 of them trainable" in text
    assert "filters 16, kernel size 3\u00d73, relu 148 \u00d7 148 \u00d7 16 448" in text
    assert "Conv2D 16, 3\u00d73, relu148 \u00d7 148 \u00d7 16 \u00b7 448 parameters" in text


def test_a_model_of_a_thousand_layers_is_cut(words, make_card, make_observations):
    model = KerasModel(layers=tuple(Layer(name=f"d{n}", kind="Dense") for n in range(1000)))
    assert "970 layers in between" in words(make_card(), make_observations(built_model=model))


def test_a_model_that_did_not_load_is_left_out(words, make_card, make_observations):
    assert "Your model" not in words(make_card(), make_observations(built_model=KerasModel(error="no file")))


def test_measured_accuracy_stands_beside_the_claimed_curves(words, make_card, make_observations):
    text = words(make_card(), make_observations())
    assert "Measured on training images 95.0% (19 of 20)" in text
    assert "Measured on holdout images 90.0% (18 of 20)" in text
    assert "The curves are what your notebook claims." in text
    assert "says cats says dogs cats 8 2 dogs 0 10" in text


def test_without_observations_the_page_holds_the_verdicts_alone(words, make_card):
    text = words(make_card())
    assert "Your model" not in text
    assert "Training" not in text
    assert "Use binary cross-entropy." in text


def test_the_run_is_told(words, make_card, make_observations):
    text = words(make_card(status=RunStatus.MEMORY), make_observations("No model was saved."))
    assert "12.3 seconds" in text
    assert "Stopped by a limit yes, of memory" in text
    assert "Could not be seen No model was saved." in text
    assert "ab" * 32 in text


def test_the_page_is_the_same_every_time(pages, make_card, make_observations):
    seen = make_observations()
    first, second = (render(make_card(), pages, assignment="week1", max_score=30, seen=seen) for _ in range(2))
    assert first == second


def test_a_criterion_shows_the_students_own_lines(words, make_card, make_verdict, make_observations):
    seen = make_observations("helper()", functions={"f": Function(name="f", defined=True, cell=7)})
    text = words(make_card("alice", make_verdict("split")), seen, functions={"split": "f"})
    assert "Cell 8 of your notebook" in text
    assert "1x = 1 2y = 2 3helper() 4model.fit(helper())" in text


def test_a_common_error_is_explained_at_the_line_that_raised(words, pages, read, make_card, make_observations):
    error = CodeError(name="KeyError", message="'acc'", line="cats", line_number=3)
    seen = make_observations("cats")
    cell = seen.run.cells[0].model_copy(update={"error": error})
    seen = seen.model_copy(update={"run": seen.run.model_copy(update={"cells": (cell,)}), "functions": {}})
    page = read(render(make_card(), pages, assignment="week1", max_score=30, seen=seen))
    assert "Cell 8 of the notebook, line 3 1x = 1 2y = 2 3cats 4model.fit(cats)" in page.words
    assert "The history has no curve of that name." in page.words
    assert "Try: Print history.history.keys()." in page.words
    assert [c for c in page.of("code") if c.get("class") == "row pointed"]


def test_an_excused_download_is_no_error(words, make_card, make_observations):
    seen = make_observations("cats")
    cell = seen.run.cells[0].model_copy(update={"excused": True})
    seen = seen.model_copy(update={"run": seen.run.model_copy(update={"cells": (cell,)}), "functions": {}})
    assert "Errors in your code" not in words(make_card(), seen)


def test_training_images_that_were_mistaken_are_shown(pages, read, tmp_path: Path, make_card, make_observations):
    Image.new("RGB", (300, 200), "red").save(tmp_path / "17.jpg")
    seen, asked = make_observations("Cat/17.jpg"), []

    def find(name: str) -> Path | None:
        asked.append(name)
        return tmp_path / "17.jpg"

    page = read(render(make_card(), pages, assignment="week1", max_score=30, seen=seen, picture_of=find))
    assert asked == ["Cat/17.jpg"]
    assert "dogs, taken for Cat/17.jpg, 90% sure Cat/17.jpg" in page.words
    assert "training image Cat/17.jpg" in [image["alt"] for image in page.of("img")]


def test_where_the_images_are_not_at_hand_their_names_are_told(words, pages, read, make_card, make_observations):
    seen = make_observations("Cat/17.jpg")
    assert "taken for Cat/17.jpg" in words(make_card(), seen)


def test_augmentation_is_shown_on_a_drawn_picture_that_says_so(pages, read, make_card, make_observations):
    page = read(render(make_card(), pages, assignment="week1", max_score=30, seen=make_observations()))
    assert "We sent 96 test images through the training data" in page.words
    assert "it is not one of your images" in page.words
    assert "Rotation \u221220\u00b0 to 20\u00b0" in page.words
    assert len(page.of("img")) == 1 + 2 + 5
    assert all(image["alt"] and image["width"] for image in page.of("img"))


def test_no_augmentation_is_no_section(words, make_card, make_observations):
    assert "What your augmentation does" not in words(make_card(), make_observations(augmentation=Augmentation()))


def test_the_run_can_be_made_again(words, make_card, make_observations):
    text = words(make_card(), make_observations("linux"))
    assert "Versions linux linux" in text
    assert "Seed 1, for Python, NumPy, TensorFlow and Keras" in text
    assert "Sandbox linux" in text


def test_what_changed_since_the_last_submission_is_told(words, make_card, make_verdict):
    before = make_card("alice", make_verdict("split", Outcome.FAILED), make_verdict("loss", Outcome.FAILED), sha256="c")
    text = words(make_card(), previous=before)
    assert "Since your last submission 15 points more than last time: from 0 to 15." in text
    assert "0 to 15 The loss fits" in text
    assert "Since your last submission" not in words(make_card())
