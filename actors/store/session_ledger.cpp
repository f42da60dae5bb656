#include "actors/store/session_impl.hpp"

namespace crossdock::store {

namespace {

std::string only_text(const pqxx::result& rows, job_id id) {
  if (rows.empty()) throw no_such_job(id);
  return rows[0][0].as<std::string>();
}

}  // namespace

std::string session::merge_meta(job_id id, std::string_view patch) {
  return impl_->transaction([&](pqxx::work& tx) {
    return only_text(impl_->exec(tx, "merge_meta", {id, patch}), id);
  });
}

std::string session::fold_deltas(job_id id) {
  return impl_->transaction([&](pqxx::work& tx) {
    const auto folded = impl_->exec(tx, "fold_deltas", {id});
    return only_text(folded.empty() ? impl_->exec(tx, "meta", {id}) : folded, id);
  });
}

std::string session::current_meta(job_id id) {
  return impl_->transaction(
      [&](pqxx::work& tx) { return only_text(impl_->exec(tx, "current_meta", {id}), id); });
}

}  // namespace crossdock::store
