"""Reports for an office: composed of answers that exist already, told in words, tables and a map."""
