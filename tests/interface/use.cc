// A program in C++11 that knows libralm by <ralm.h> alone, in a folder where use.c
// ran: two trainings side by side, threads that share a scorer, measures, an error.
// Says on stdout what is not as it should be, and then exits with 1.
#include <ralm.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

struct config_free { void operator()(ralm_config *c) const { ralm_config_free(c); } };
struct scorer_free { void operator()(ralm_scorer *s) const { ralm_scorer_free(s); } };
struct worker_free {
	void operator()(ralm_scoring_worker *w) const { ralm_scoring_worker_free(w); }
};
struct evaluation_free {
	void operator()(ralm_evaluation *e) const { ralm_evaluation_free(e); }
};

std::runtime_error error_of(const ralm_error &err)
{
	std::vector<char> text(sizeof err);
	ralm_error_format(text.data(), text.size(), &err);
	return std::runtime_error(text.data());
}

void must(bool good, const ralm_error &err)
{
	if (!good)
		throw error_of(err);
}

void fit(const char *output)
{
	ralm_error err;
	const char *path = "train.txt";
	std::unique_ptr<ralm_config, config_free> config(ralm_config_new(&err));
	must(config != nullptr, err);
	must(ralm_config_set(config.get(), "embedding-size", "8", &err) == 0, err);
	must(ralm_config_set(config.get(), "transformed-size", "8", &err) == 0, err);
	must(ralm_config_set(config.get(), "users", "users.txt", &err) == 0, err);
	must(ralm_config_set(config.get(), "threads", "2", &err) == 0, err);
	ralm_fit_options options = {};
	ralm_fit_summary summary;
	const char *note = "made by use.c";
	options.output = output;
	options.notes = &note;
	options.note_count = 1;
	must(ralm_fit(&summary, config.get(), &path, 1, &options, &err) == 0, err);
}

std::string bytes_of(const char *path)
{
	std::ifstream file(path, std::ios::binary);
	std::ostringstream bytes;
	bytes << file.rdbuf();
	return bytes.str();
}

// Every user's score with the same seeds.
std::vector<float> score(ralm_scorer *scorer)
{
	ralm_error err;
	std::unique_ptr<ralm_scoring_worker, worker_free> worker(
		ralm_scoring_worker_new(scorer, &err));
	must(worker != nullptr, err);
	std::vector<uint64_t> seeds;
	for (const char *id : {"1", "2", "3"})
		seeds.push_back(ralm_scorer_key(scorer, id, 1));
	std::vector<ralm_score_request> requests;
	for (int user = 1; user <= 307; user++) {
		const std::string id = std::to_string(user);
		ralm_score_request request = {};
		request.seed_keys = seeds.data();
		request.seed_count = seeds.size();
		request.target_key =
			ralm_scorer_key(scorer, id.data(), id.size());
		requests.push_back(request);
	}
	std::vector<ralm_score_result> results(requests.size());
	must(ralm_score(results.data(), worker.get(), requests.data(),
			requests.size(), &err) == 0,
	     err);
	std::vector<float> scores;
	for (const ralm_score_result &result : results)
		scores.push_back(result.score);
	return scores;
}

bool run()
{
	ralm_error err;
	bool good = true;
	std::thread one(fit, "one.bin"), two(fit, "two.bin");
	one.join();
	two.join();
	if (bytes_of("one.bin").empty() || bytes_of("one.bin") != bytes_of("two.bin") ||
	    bytes_of("one.bin") != bytes_of("model.bin")) {
		std::cout << "not so: three trainings, the same bytes\n";
		good = false;
	}
	std::unique_ptr<ralm_scorer, scorer_free> scorer(
		ralm_scorer_open("one.bin", 1 << 20, 0, &err));
	must(scorer != nullptr, err);
	std::vector<float> a, b;
	std::thread first([&] { a = score(scorer.get()); });
	std::thread second([&] { b = score(scorer.get()); });
	first.join();
	second.join();
	if (a != b || a.size() != 307) {
		std::cout << "not so: threads get the same scores\n";
		good = false;
	}
	const char *path = "scores.txt";
	ralm_evaluate_options options = {};
	std::unique_ptr<ralm_evaluation, evaluation_free> evaluation(
		ralm_evaluate(nullptr, &path, 1, &options, &err));
	must(evaluation != nullptr, err);
	std::cout << ralm_evaluation_measure(evaluation.get(), "auc") << '\n';
	if (ralm_scorer_open("none.bin", 0, 0, &err) != nullptr ||
	    std::string(error_of(err).what()).find("none.bin") == std::string::npos) {
		std::cout << "not so: an error names its file\n";
		good = false;
	}
	return good;
}

} // namespace

int main()
{
	try {
		return run() ? 0 : 1;
	} catch (const std::exception &e) {
		std::cout << e.what() << '\n';
		return 1;
	}
}
