"""What is said in two languages."""

from graph.language import Text, about, listed


def test_values_are_a_list_in_a_sentence() -> None:
    assert listed(["a", 1]) == Text("a、1", "a, 1")
    assert listed(str(n) for n in range(3)) == Text("0、1、2", "0, 1, 2")
    assert listed("—") == Text("—", "—")


def test_what_is_said_stands_behind_what_it_is_about() -> None:
    assert about("机构.csv", Text("两行", "two rows")) == Text("机构.csv：两行", "机构.csv: two rows")
