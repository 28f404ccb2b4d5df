"""The only room that imports aiobotocore or botocore."""
