"""`python -m weaklabel` is the `weaklabel` command."""

from weaklabel.cli.main import main

main()
