-- Across environments: whose key was refused, so that the refusal can be written down where it belongs. A hash
-- finds one key or none; one that is good is not found here.
create function countersign.find_refused_api_key(token_hash_ bytea)
  returns table (environment_id text, api_key text, service text)
  language sql stable security definer set search_path = countersign, pg_catalog, pg_temp as $$
  select k.environment_id, k.api_key, k.service
    from api_key k join service_account s using (environment_id, service)
   where k.token_hash = token_hash_
     and (k.revoked_seq is not null or s.disabled_seq is not null
          or (k.expires_at is not null and k.expires_at <= clock_timestamp()));
$$;
revoke execute on function countersign.find_refused_api_key(bytea) from public;
grant execute on function countersign.find_refused_api_key(bytea) to countersign_app;
