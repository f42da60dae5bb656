#include "actors/store/session_impl.hpp"

namespace crossdock::store {

barrier_view session::advance_barrier(std::string_view group, job_id asking) {
  barrier_view view;
  view.group = group;
  view.finished = true;
  impl_->transaction([&](pqxx::work& tx) {
    const auto locked = impl_->exec(tx, "lock_barrier", {group});
    if (locked.empty()) return;  // nobody ever exported in this group
    impl_->exec(tx, "drop_dead_members", {group});

    auto cohort = locked[0][0].as<std::int64_t>();
    const auto open_rank = [&] {
      return impl_->exec(tx, "open_rank", {group, cohort})[0][0].as<std::optional<int>>();
    };
    auto rank = open_rank();
    while (!rank && impl_->exec(tx, "admit_cohort", {group, cohort + 1}).affected_rows() > 0) {
      ++cohort;
      rank = open_rank();
    }
    impl_->exec(tx, "set_barrier", {group, cohort, rank});

    const auto row = impl_->exec(tx, "view_barrier", {group, asking})[0];
    const auto own_cohort = row["own_cohort"].as<std::optional<std::int64_t>>();
    view.cohort = row["cohort"].as<std::int64_t>();
    view.rank = row["rank"].as<int>();
    view.member = own_cohort == view.cohort;
    view.finished = own_cohort && *own_cohort < view.cohort ? true : !rank.has_value();
  });
  return view;
}

}  // namespace crossdock::store
