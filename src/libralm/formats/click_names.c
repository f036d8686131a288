#include "formats/click_names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const role_texts[] = {"user",   "item",  "time",
					 "rating", "event", "_"};

const char *ralm_click_role_text(enum ralm_click_role role)
{
	return role_texts[role];
}

int ralm_click_role_of_text(const char *text, size_t length)
{
	for (int role = 0; role <= RALM_CLICK_IGNORED; role++)
		if (strlen(role_texts[role]) == length &&
		    memcmp(role_texts[role], text, length) == 0)
			return role;
	return -1;
}

struct known_name {
	const char *text;
	enum ralm_click_role role;
};

/* In lower case, letters alone, sorted for a binary search. */
static const struct known_name known[] = {
	{"account", RALM_CLICK_USER},
	{"accountid", RALM_CLICK_USER},
	{"action", RALM_CLICK_EVENT},
	{"actiontype", RALM_CLICK_EVENT},
	{"animeid", RALM_CLICK_ITEM},
	{"article", RALM_CLICK_ITEM},
	{"articleid", RALM_CLICK_ITEM},
	{"artistid", RALM_CLICK_ITEM},
	{"asin", RALM_CLICK_ITEM},
	{"behavior", RALM_CLICK_EVENT},
	{"behaviortype", RALM_CLICK_EVENT},
	{"behaviour", RALM_CLICK_EVENT},
	{"behaviourtype", RALM_CLICK_EVENT},
	{"bookid", RALM_CLICK_ITEM},
	{"bookrating", RALM_CLICK_RATING},
	{"businessid", RALM_CLICK_ITEM},
	{"buyerid", RALM_CLICK_USER},
	{"campaignid", RALM_CLICK_ITEM},
	{"clicktime", RALM_CLICK_TIME},
	{"client", RALM_CLICK_USER},
	{"clientid", RALM_CLICK_USER},
	{"contentid", RALM_CLICK_ITEM},
	{"createdat", RALM_CLICK_TIME},
	{"customer", RALM_CLICK_USER},
	{"customerid", RALM_CLICK_USER},
	{"date", RALM_CLICK_TIME},
	{"datetime", RALM_CLICK_TIME},
	{"docid", RALM_CLICK_ITEM},
	{"documentid", RALM_CLICK_ITEM},
	{"event", RALM_CLICK_EVENT},
	{"eventdate", RALM_CLICK_TIME},
	{"eventname", RALM_CLICK_EVENT},
	{"eventtime", RALM_CLICK_TIME},
	{"eventtimestamp", RALM_CLICK_TIME},
	{"eventtype", RALM_CLICK_EVENT},
	{"gameid", RALM_CLICK_ITEM},
	{"invoicedate", RALM_CLICK_TIME},
	{"isbn", RALM_CLICK_ITEM},
	{"item", RALM_CLICK_ITEM},
	{"itemid", RALM_CLICK_ITEM},
	{"member", RALM_CLICK_USER},
	{"memberid", RALM_CLICK_USER},
	{"movie", RALM_CLICK_ITEM},
	{"movieid", RALM_CLICK_ITEM},
	{"newsid", RALM_CLICK_ITEM},
	{"overall", RALM_CLICK_RATING},
	{"parentasin", RALM_CLICK_ITEM},
	{"person", RALM_CLICK_USER},
	{"personid", RALM_CLICK_USER},
	{"playerid", RALM_CLICK_USER},
	{"product", RALM_CLICK_ITEM},
	{"productid", RALM_CLICK_ITEM},
	{"profileid", RALM_CLICK_USER},
	{"rating", RALM_CLICK_RATING},
	{"ratings", RALM_CLICK_RATING},
	{"readerid", RALM_CLICK_USER},
	{"recipeid", RALM_CLICK_ITEM},
	{"reviewerid", RALM_CLICK_USER},
	{"score", RALM_CLICK_RATING},
	{"sku", RALM_CLICK_ITEM},
	{"song", RALM_CLICK_ITEM},
	{"songid", RALM_CLICK_ITEM},
	{"star", RALM_CLICK_RATING},
	{"starrating", RALM_CLICK_RATING},
	{"stars", RALM_CLICK_RATING},
	{"stockcode", RALM_CLICK_ITEM},
	{"subscriberid", RALM_CLICK_USER},
	{"tdat", RALM_CLICK_TIME},
	{"time", RALM_CLICK_TIME},
	{"timestamp", RALM_CLICK_TIME},
	{"track", RALM_CLICK_ITEM},
	{"trackid", RALM_CLICK_ITEM},
	{"ts", RALM_CLICK_TIME},
	{"uid", RALM_CLICK_USER},
	{"unixreviewtime", RALM_CLICK_TIME},
	{"unixtime", RALM_CLICK_TIME},
	{"unixtimestamp", RALM_CLICK_TIME},
	{"user", RALM_CLICK_USER},
	{"userid", RALM_CLICK_USER},
	{"userrating", RALM_CLICK_RATING},
	{"venueid", RALM_CLICK_ITEM},
	{"videoid", RALM_CLICK_ITEM},
	{"visitor", RALM_CLICK_USER},
	{"visitorid", RALM_CLICK_USER},
};

enum { NAME_MAX_LETTERS = 16 };

/* The letters of a name in lower case; false: other characters, or too many. */
static bool fold(char folded[NAME_MAX_LETTERS + 1], const char *name,
		 size_t length)
{
	size_t used = 0;
	for (size_t i = 0; i < length && name[i] != ':'; i++) {
		unsigned char c = (unsigned char)name[i];
		if (c == ' ' || c == '_' || c == '-' || c == '.')
			continue;
		c |= 0x20;
		if (c < 'a' || c > 'z' || used == NAME_MAX_LETTERS)
			return false;
		folded[used++] = (char)c;
	}
	folded[used] = '\0';
	return used > 0;
}

static int by_text(const void *key, const void *row)
{
	return strcmp(key, ((const struct known_name *)row)->text);
}

enum ralm_click_role ralm_click_role_of_name(const char *name, size_t length)
{
	char folded[NAME_MAX_LETTERS + 1];
	/* --columns, which the names found are written as, has no place for a comma. */
	if (length > RALM_CLICK_NAME_MAX || memchr(name, ',', length) != NULL ||
	    !fold(folded, name, length))
		return RALM_CLICK_IGNORED;
	const struct known_name *row =
		bsearch(folded, known, sizeof known / sizeof *known,
			sizeof *known, by_text);
	return row ? row->role : RALM_CLICK_IGNORED;
}
