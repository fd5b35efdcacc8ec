"""What is called so? Places, institutions, firms, resources by a part of their name, in characters or pinyin."""
