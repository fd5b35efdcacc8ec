"""Which chains a sample puts where: sizes and pointers, number by number."""

import numpy as np

from loaders.sample.leanings import pointer_counts, sizes


def test_a_chain_has_its_size_or_the_usual_one() -> None:
    np.testing.assert_array_equal(sizes(("商业贸易", "优质白酒", "航空与燃机")), [6.0, 1.0, 0.35])


def test_a_text_counts_once_for_each_chain_that_it_points_to_up_to_four() -> None:
    chains = ("新材料", "新能源与智能汽车", "优质白酒", "川酒")
    texts = [(0, "锂电材料园"), (0, "白酒酿造"), (1, "无名园"), *[(2, "冶金园")] * 6, *[(3, "钒钛园")] * 3]
    leaning = ("智能装备", "航空与燃机", *chains)
    np.testing.assert_array_equal(
        pointer_counts(leaning, 4, texts),
        [[0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0], [0, 0, 4, 0, 0, 0], [0, 0, 3, 0, 0, 0]],
    )
