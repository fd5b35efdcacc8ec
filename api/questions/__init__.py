"""The questions that both doors put: what is asked, in which words, and what answers it."""
