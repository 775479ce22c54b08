//! Resources as the markup and the environment know them.

use tracrpc_env::Resource;

/// A resource as the markup knows it.
pub(super) fn wiki_resource(resource: &Resource) -> tracrpc_wiki::Resource {
    tracrpc_wiki::Resource {
        realm: resource.realm.to_string(),
        id: resource.id().to_owned(),
        version: resource.version,
    }
}

/// A resource of the markup as the environment knows it.
pub(super) fn env_resource(resource: &tracrpc_wiki::Resource) -> Resource {
    Resource::new(resource.realm.clone(), &resource.id).at_version(resource.version)
}
