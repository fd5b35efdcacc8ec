"""Who may ask what: keys, roles and the rule of each route; both doors stand on it."""
