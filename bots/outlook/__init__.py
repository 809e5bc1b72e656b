"""Outlook: a municipality's shared mailbox, over Microsoft Graph."""
