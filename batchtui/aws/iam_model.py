"""What is asked of IAM, as botocore's own model has it: to read all of that leaves 4 MB behind."""

from typing import Any, Final

IAM_MODEL: Final[dict[str, Any]] = {
    "version": "2.0",
    "metadata": {
        "apiVersion": "2010-05-08",
        "endpointPrefix": "iam",
        "globalEndpoint": "iam.amazonaws.com",
        "protocol": "query",
        "protocols": ["query"],
        "serviceAbbreviation": "IAM",
        "serviceFullName": "AWS Identity and Access Management",
        "serviceId": "IAM",
        "signatureVersion": "v4",
        "uid": "iam-2010-05-08",
        "xmlNamespace": "https://iam.amazonaws.com/doc/2010-05-08/",
        "auth": ["aws.auth#sigv4"],
    },
    "operations": {
        "ListAccountAliases": {
            "name": "ListAccountAliases",
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": "ListAccountAliasesRequest"},
            "output": {"shape": "ListAccountAliasesResponse", "resultWrapper": "ListAccountAliasesResult"},
            "errors": [{"shape": "ServiceFailureException"}],
        },
        "SimulatePrincipalPolicy": {
            "name": "SimulatePrincipalPolicy",
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": "SimulatePrincipalPolicyRequest"},
            "output": {"shape": "SimulatePolicyResponse", "resultWrapper": "SimulatePrincipalPolicyResult"},
            "errors": [
                {"shape": "NoSuchEntityException"},
                {"shape": "InvalidInputException"},
                {"shape": "PolicyEvaluationException"},
            ],
        },
    },
    "shapes": {
        "ActionNameListType": {"type": "list", "member": {"shape": "ActionNameType"}},
        "ActionNameType": {"type": "string", "max": 128, "min": 3},
        "EvaluationResult": {
            "type": "structure",
            "required": ["EvalActionName", "EvalDecision"],
            "members": {
                "EvalActionName": {"shape": "ActionNameType"},
                "EvalDecision": {"shape": "PolicyEvaluationDecisionType"},
            },
        },
        "EvaluationResultsListType": {"type": "list", "member": {"shape": "EvaluationResult"}},
        "InvalidInputException": {
            "type": "structure",
            "members": {"message": {"shape": "invalidInputMessage"}},
            "error": {"code": "InvalidInput", "httpStatusCode": 400, "senderFault": True},
            "exception": True,
        },
        "ListAccountAliasesRequest": {"type": "structure", "members": {}},
        "ListAccountAliasesResponse": {
            "type": "structure",
            "required": ["AccountAliases"],
            "members": {"AccountAliases": {"shape": "accountAliasListType"}},
        },
        "NoSuchEntityException": {
            "type": "structure",
            "members": {"message": {"shape": "noSuchEntityMessage"}},
            "error": {"code": "NoSuchEntity", "httpStatusCode": 404, "senderFault": True},
            "exception": True,
        },
        "PolicyEvaluationDecisionType": {"type": "string", "enum": ["allowed", "explicitDeny", "implicitDeny"]},
        "PolicyEvaluationException": {
            "type": "structure",
            "members": {"message": {"shape": "policyEvaluationErrorMessage"}},
            "error": {"code": "PolicyEvaluation", "httpStatusCode": 500},
            "exception": True,
        },
        "ResourceNameListType": {"type": "list", "member": {"shape": "ResourceNameType"}},
        "ResourceNameType": {"type": "string", "max": 2048, "min": 1},
        "ServiceFailureException": {
            "type": "structure",
            "members": {"message": {"shape": "serviceFailureExceptionMessage"}},
            "error": {"code": "ServiceFailure", "httpStatusCode": 500},
            "exception": True,
        },
        "SimulatePolicyResponse": {
            "type": "structure",
            "members": {"EvaluationResults": {"shape": "EvaluationResultsListType"}},
        },
        "SimulatePrincipalPolicyRequest": {
            "type": "structure",
            "required": ["PolicySourceArn", "ActionNames"],
            "members": {
                "PolicySourceArn": {"shape": "arnType"},
                "ActionNames": {"shape": "ActionNameListType"},
                "ResourceArns": {"shape": "ResourceNameListType"},
            },
        },
        "accountAliasListType": {"type": "list", "member": {"shape": "accountAliasType"}},
        "accountAliasType": {
            "type": "string",
            "max": 63,
            "min": 3,
            "pattern": "^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$",
        },
        "arnType": {"type": "string", "max": 2048, "min": 20},
        "invalidInputMessage": {"type": "string"},
        "noSuchEntityMessage": {"type": "string"},
        "policyEvaluationErrorMessage": {"type": "string"},
        "serviceFailureExceptionMessage": {"type": "string"},
    },
}
