# The text of the kernels as a source file: awk -f kernels.awk FILE.cl... >FILE.c
BEGIN {
	print "/* Made of the .cl files by kernels.awk. */"
	print "#include \"device/opencl.h\"\n"
	print "const char *const ralm_kernel_text[] = {"
}
{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	print "\t\"" $0 "\\n\","
}
END {
	print "};\nconst unsigned ralm_kernel_text_lines = " NR ";"
}
