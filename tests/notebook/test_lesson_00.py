"""The quickstart leads to every other lesson."""

from padnet.notebook import lesson_00


def test_every_other_lesson_is_named(root):
    lessons = sorted(path.stem for path in (root / "notebooks").glob("*.ipynb"))
    assert [name for name, *_ in lesson_00.LESSONS] == lessons[1:]
