"""The gazetteer: codes, names and addresses of the divisions of the province."""
