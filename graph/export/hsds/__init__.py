"""The directory of services as HSDS 3.1 says it (Open Referral): who offers what, where, to whom, how much is free."""
