# The session that a manual page shows: lines of its literal displays, those that
# begin with "$ " being commands, which go on in lines with "> ", and the others what
# they print. Each becomes a file in the folder `to`: NUMBER.command, NUMBER.want.
# A display without a command is no part of it. `.\" differs` before a display says
# that what is printed there is another thing on each machine: no NUMBER.want.
/^\.\\" differs$/ { differs = 1 }
/^\.Bd -literal/ { inside = 1; next }
/^\.Ed$/ { inside = session = differs = 0 }
!inside { next }
{
	gsub(/\\e/, "\\")
	gsub(/\\&/, "")
}
/^\$ / {
	session = 1
	name = sprintf("%s/%02d", to, ++number)
	print substr($0, 3) > (name ".command")
	if (!differs)
		printf "" > (name ".want")
	continued = 1
	next
}
session && continued && /^> / { print substr($0, 3) > (name ".command"); next }
session { continued = 0 }
session && !differs { print > (name ".want") }
