"""Nobody comes in but by the address that was printed, and nothing is changed but by a form of ours."""

import socket

import pytest

from grader.review.door import Door

ALICE = "/week/week1/student/alice"
COMMENT = {"do": "comment", "text": "Hello"}


def test_two_servers_have_two_secrets_and_none_shows_in_a_log():
    one, two = Door(1), Door(1)
    assert one.token != two.token
    assert len(one.token) > 40
    assert one.token not in repr(one)
    assert one.form_secret not in {one.token, two.form_secret}


def test_without_the_token_there_is_nothing_to_see(stranger):
    for path in ("/", "/week/week1", ALICE, "/nothing", "/?token=", "/?token=wrong", "/?token=%00%ff"):
        answer = stranger.get(path)
        assert answer.status == 403, path
        assert "alice" not in answer.text
    assert stranger.post(ALICE, COMMENT).status == 403


def test_the_token_opens_a_session_and_leaves_the_address(stranger, server):
    answer = stranger.get(f"/week/week1?token={server.door.token}")
    assert (answer.status, answer.headers["Location"]) == (303, "/week/week1")
    key = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in key.split(";")}
    stranger.cookie = key.split(";")[0]
    assert stranger.get("/week/week1").status == 200


@pytest.mark.parametrize("path", ["//example.org/", "http://example.org/x", "///example.org"])
def test_the_token_sends_nobody_elsewhere(stranger, server, path):
    answer = stranger.get(f"{path}?token={server.door.token}")
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/")
    assert "//" not in answer.headers["Location"]


@pytest.mark.parametrize("cookie", ["x", "grader-review-{port}=", "grader-review-{port}=wrong", "=;;=\x01", "a" * 5000])
def test_a_wrong_cookie_opens_nothing(stranger, cookie):
    stranger.cookie = cookie.format(port=stranger.port)
    assert stranger.get("/week/week1").status == 403


@pytest.mark.parametrize(
    "host", ["example.org", "example.org:{port}", "127.0.0.1", "127.0.0.1:1", "", None, "[::1]:{port}"]
)
def test_another_name_for_this_machine_is_refused_even_with_the_cookie(client, host):
    """DNS rebinding: a page of example.org, whose name suddenly means 127.0.0.1, is of the same origin as ours."""
    name = None if host is None else host.format(port=client.port)
    assert client.get("/week/week1", Host=name).status == 421
    assert client.post(ALICE, COMMENT, Host=name).status == 421
    assert client.get("/week/week1", Host=f"localhost:{client.port}").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_a_form_of_another_site_changes_nothing(client, desk, headers):
    assert client.post(ALICE, COMMENT, **headers).status == 403
    assert desk.book.comments("week1", "alice") == []


@pytest.mark.parametrize("secret", ["", "wrong", "é"])
def test_a_form_without_our_secret_changes_nothing(client, desk, secret):
    assert client.post(ALICE, {**COMMENT, "secret": secret}).status == 403
    assert desk.book.comments("week1", "alice") == []


def test_the_cookie_itself_is_no_secret_of_a_form(client, desk):
    assert client.post(ALICE, {**COMMENT, "secret": client.server.door.token}).status == 403


def test_reading_changes_nothing(client, desk):
    secret = client.server.door.form_secret
    assert client.get(f"{ALICE}?do=comment&text=Hello&secret={secret}").status == 200
    assert desk.book.comments("week1", "alice") == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "NONSENSE"])
def test_other_methods_are_not_known(client, method):
    assert client.ask(method, ALICE).status == 501


def test_only_forms_are_taken_and_no_flood(client, desk):
    body = '{"do": "comment"}'
    assert client.ask("POST", ALICE, body, Content_Type="application/json").status == 415
    assert client.ask("POST", ALICE, body, Content_Type="text/plain").status == 415
    assert client.ask("POST", ALICE, "", Content_Length="1000000").status == 413
    assert client.ask("POST", ALICE, "", Content_Length="9" * 5000).status == 413
    assert client.ask("POST", ALICE, "", Content_Length="-1").status == 415
    assert client.ask("POST", ALICE, "a=1&" * 100).status == 403
    assert desk.book.comments("week1", "alice") == []


def test_it_listens_on_the_loopback_interface_alone(server):
    assert server.socket.getsockname()[0] == "127.0.0.1"


def test_a_broken_request_is_answered_without_repeating_it(client):
    with socket.create_connection(("127.0.0.1", client.port), timeout=30) as raw:
        raw.sendall(b"GET <script>alert(1)</script> x HTTP/9.9\r\n\r\n")
        answer = raw.makefile("rb").read()
    assert b"script" not in answer
    assert b"Not Supported" in answer


def test_every_answer_forbids_scripts_frames_and_caches(client, stranger):
    answers = [client.get("/week/week1"), client.get(ALICE), client.get("/nothing"), client.get("/"), stranger.get("/")]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "script" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "Python" not in answer.headers.get("Server", "")
