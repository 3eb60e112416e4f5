from grader.observation import RunStatus
from grader.report.class_page import render
from grader.report.pages import Pages
from grader.scorecard import Outcome, RunSummary, Scores


def test_the_class_is_counted(pages: Pages, make_scores, make_card, make_verdict, read):
    full = make_card("carol", make_verdict("split"), make_verdict("loss"))
    held = make_card("dave", make_verdict("split", Outcome.ERRORED))
    text = read(render(make_scores(make_card(), make_card("bob"), full, held), pages)).words
    assert "Submissions 4 Median score 15 of 30 Full marks 1 Held, our fault 1" in text
    assert "27 to 30 1" in text
    assert "15 to 18 2" in text


def test_a_pass_rate_leaves_out_what_we_could_not_judge(pages: Pages, make_scores, make_card, make_verdict, read):
    held = make_card("dave", make_verdict("loss", Outcome.ERRORED))
    text = read(render(make_scores(make_card(), held), pages)).words
    assert "1 The loss fits 1 of 1 2 The loss fits 0 of 1" in text


def test_each_student_has_a_link_and_a_sign_for_every_criterion(pages: Pages, make_scores, make_card, read):
    page = read(render(make_scores(make_card("Zoë Ö")), pages))
    assert "Zo%C3%AB%20%C3%96.html" in [a["href"] for a in page.of("a")]
    signs = [s["aria-label"] for s in page.of("span") if s.get("role") == "img"]
    assert signs == ["passed", "failed"]


def test_runs_to_look_at_are_listed(pages: Pages, make_scores, make_card, make_verdict, read):
    cards = [make_card(f"s{n}") for n in range(5)]
    slow = make_card("slow", run=RunSummary(status=RunStatus.OK, seconds=300))
    stopped = make_card("stopped", status=RunStatus.TIMEOUT, message="It took 420 seconds.")
    held = make_card("held", make_verdict("x", Outcome.ERRORED, feedback="no sandbox"))
    text = read(render(make_scores(*cards, slow, stopped, held), pages)).words
    assert "Held, our fault 1 held x: no sandbox" in text
    assert "Stopped 1 stopped It took 420 seconds." in text
    assert "Slow 1 slow 300 s; the median is 12 s" in text


def test_a_quiet_class_has_no_runs_to_look_at(pages: Pages, make_scores, make_card, read):
    assert "Runs to look at" not in read(render(make_scores(make_card()), pages)).text


def test_an_empty_class_is_said(pages: Pages, read):
    text = read(render(Scores(assignment="week1", max_score=30, submissions=()), pages)).words
    assert "No submissions yet." in text


def test_a_large_class_has_a_row_for_everyone(pages: Pages, make_scores, make_card, make_verdict):
    verdicts = [make_verdict(f"c{n}") for n in range(14)]
    scores = make_scores(*(make_card(f"s{n}", *verdicts) for n in range(2000)), max_score=210)
    page = render(scores, pages)
    assert page.count('<tr><th scope="row"><a href="s') == 2000
