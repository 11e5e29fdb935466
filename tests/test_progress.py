"""A line on a terminal: it comes after a second, is written over, and goes again."""

from rosenblatt.progress import Line


def test_it_comes_after_a_second_and_goes_again():
    written = []
    line = Line(False, written.append)
    line.tell("one of three", False)
    assert written == []
    line._start -= 2
    line.tell("two of three", False)
    line.tell("three", True)
    assert "two of three, 2.0 s" in written[0]
    assert written[-1].strip() == ""
    assert len(written[-1]) > len(written[0])


def test_asked_for_it_stays(capsys):
    written = []
    Line(True, written.append).tell("done", True)
    assert written[-1] == "\n"
    Line(True).tell("so far", True, "all done")
    assert "all done, 0.0" in capsys.readouterr().out
