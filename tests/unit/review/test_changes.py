"""What staff do is kept in the gradebook, shows on the student's page, and can be taken back."""

import json

import pytest

from grader.cli import main

ALICE = "/week/week1/student/alice"


def test_a_written_answer_gets_its_points(client, desk, words):
    answer = client.post(ALICE, {"do": "points", "criterion": "why", "points": "7,5", "text": "Nearly all of it."})
    assert (answer.status, answer.headers["Location"]) == (303, f"{ALICE}?done=points#c-why")
    card = desk.book.scorecard("week1", "alice")
    assert card.score == 12.5
    assert card.verdicts[1].outcome == "partial"
    said = words(client.get(f"{ALICE}?done=points").text)
    assert "The points are set." in said
    assert "Points set to 7.5, judged 0, ada" in said
    assert "with answers to read 1" in words(client.get("/week/week1").text)
    (*_, change) = desk.book.history("week1", "alice")
    assert (change.who, change.why, change.criterion, change.after) == ("ada", "Nearly all of it.", "why", 12.5)


def test_points_are_taken_back(client, desk):
    client.post(ALICE, {"do": "points", "points": "15", "text": "Shown in class."})
    assert desk.book.scorecard("week1", "alice").score == 15
    assert client.post(ALICE, {"do": "withdraw"}).headers["Location"] == f"{ALICE}?done=withdraw"
    assert desk.book.scorecard("week1", "alice").score == 5


def test_a_held_score_is_released_by_points_for_the_whole(client, desk):
    client.post("/week/week1/student/carla", {"do": "points", "points": "9", "text": "Read by hand."})
    assert desk.book.scorecard("week1", "carla").score == 9


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"do": "points", "criterion": "why", "points": "11", "text": "x"}, "between 0 and 10"),
        (
            {"do": "points", "criterion": "why", "points": "many", "text": "<i>"},
            "is no number of points",
        ),
        ({"do": "points", "criterion": "why", "points": "nan", "text": "x"}, "between 0 and 10"),
        ({"do": "points", "criterion": "why", "points": "5", "text": " "}, "needs a reason"),
        ({"do": "points", "criterion": "who", "points": "5", "text": "x"}, "no criterion"),
        ({"do": "withdraw", "criterion": "why"}, "no override to withdraw"),
        ({"do": "comment", "text": "  "}, "needs a text"),
        ({"do": "dance"}, "nothing that can be done"),
        ({}, "nothing that can be done"),
    ],
)
def test_what_is_not_possible_is_said_and_nothing_typed_is_lost(client, desk, form, why):
    answer = client.post(ALICE, form)
    assert answer.status == 422
    assert why in answer.text
    if form.get("points") == "many":
        assert 'value="many"' in answer.text
        assert 'value="&lt;i&gt;"' in answer.text
    assert desk.book.scorecard("week1", "alice").remarks == ()
    assert desk.changed == []


def test_a_comment_is_text_and_keeps_its_lines(client, desk):
    text = "First.\r\n<script>alert(1)</script>"
    client.post(ALICE, {"do": "comment", "criterion": "runs", "text": text})
    assert desk.book.comments("week1", "alice")[0].text == "First.\n<script>alert(1)</script>"
    assert "First.\n&lt;script&gt;" in client.get(ALICE).text


def test_the_reports_hold_what_was_said(client, desk, tmp_path):
    client.post(ALICE, {"do": "points", "criterion": "why", "points": "10", "text": "All of it."})
    client.post(ALICE, {"do": "comment", "text": "Come and see me."})
    assert desk.changed == ["week1"]
    assert "older than what staff did" in client.get("/week/week1").text
    answer = client.post("/week/week1", {})
    assert answer.headers["Location"] == "/week/week1?done=reports"
    assert desk.changed == []
    page = (tmp_path / "reports" / "alice.html").read_text()
    assert "Come and see me." in page
    assert "An instructor set these points: All of it." in page
    scores = json.loads((tmp_path / "reports" / "scores.json").read_text())
    (alice,) = (card for card in scores["submissions"] if card["student"] == "alice")
    assert alice["score"] == 15.0
    assert [(r["text"], r["points"]) for r in alice["remarks"]] == [("All of it.", 10), ("Come and see me.", None)]


def test_the_command_says_what_is_wrong_before_it_opens_anything(course, book, monkeypatch, capsys):
    monkeypatch.setenv("GRADER_GRADEBOOK", str(course.root / "empty.sqlite"))
    with pytest.raises(SystemExit) as ended:
        main(["--course", str(course.root), "review", "--no-browser"])
    assert ended.value.code == 2
    assert "no submissions of any week to review" in capsys.readouterr().err


def test_the_command_serves_until_it_is_stopped_and_writes_the_reports(course, book, tmp_path, monkeypatch, capsys):
    """Ctrl-C is stood in for by the server's own loop, which comments and then ends as Ctrl-C would end it."""
    from grader.review import ReviewServer

    def serve(self, poll_interval):
        assert self.door.address.startswith("http://127.0.0.1:")
        self.desk.change("week1", "alice", {"do": "comment", "text": "Seen."})
        raise KeyboardInterrupt

    monkeypatch.setattr(ReviewServer, "serve_forever", serve)
    monkeypatch.setenv("GRADER_GRADEBOOK", str(tmp_path / "book.sqlite"))
    with pytest.raises(SystemExit) as ended:
        main(["--course", str(course.root), "review", "week1", "--no-browser", "--out", str(tmp_path / "out")])
    assert (ended.value.code or 0) == 0
    assert "?token=" in capsys.readouterr().out
    assert "Seen." in (tmp_path / "out" / "alice.html").read_text()
