"""Tools for assistants (Model Context Protocol): questions of the API, asked by way of the API itself.

Whatever holds there holds here: who may ask what, limits, masks, the words of errors.
"""
