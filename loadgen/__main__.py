"""`python -m loadgen`: gevent takes the place of blocking calls before anything else is imported."""

from gevent import monkey

monkey.patch_all()

from loadgen.main import main  # noqa: E402  after the patching

if __name__ == "__main__":
    main()
