# shellcheck shell=bash

# latest_first COMMAND...: it gives ralm-score the users who clicked "new", the last one
# first, so that a model whose lists are cut takes the latest.
latest_first() {
	mkdir stub
	# shellcheck disable=SC2016 # of the stub's shell
	printf '#!/bin/sh\ncp "${3#--seeds=}" seeds\nexit 1\n' > stub/ralm-score
	chmod +x stub/ralm-score
	PATH="$PWD/stub:$PATH" run -1 "$@"
	[ "$(cat seeds)" = "item:new user_seeds:third user_seeds:second user_seeds:first" ]
}
