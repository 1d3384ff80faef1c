import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

Sheet {
    id: sheet
    required property var vm
    subtitle: qsTr("Search by name, phone, e-mail or licence.")
    title: qsTr("Customer")
    function medical(row) {
        fmt.locale
        if (!row.medical)
            return ""
        return row.medical_expired ? qsTr("Medical card expired on %1").arg(fmt.date(row.medical_expires))
             : row.medical_expires ? qsTr("Medical card valid until %1").arg(fmt.date(row.medical_expires)) : qsTr("Medical card")
    }
    onOpened: { words.clear(); vm.find_people(""); words.forceActiveFocus() }

    Connections {
        target: sheet.vm
        function onCustomer_changed() { if (sheet.opened) sheet.close() }
    }
    Field { id: words; Layout.fillWidth: true; iconName: "account-search-outline"; label: qsTr("Name, phone, e-mail or licence"); onTextEdited: sheet.vm.find_people(text) }
    ListRow {
        Layout.fillWidth: true
        chosen: true
        detail: sheet.vm.customer.detail || ""
        iconName: "account-check-outline"
        title: sheet.vm.customer.name || ""
        visible: !!sheet.vm.customer.id
        trailing: ActionButton { text: qsTr("Remove"); onClicked: { sheet.vm.set_customer(""); sheet.close() } }
    }
    ListView {
        id: list
        Layout.fillHeight: true
        Layout.fillWidth: true
        clip: true
        model: sheet.vm.people
        delegate: ListRow {
            required property var modelData
            detail: [modelData.detail, sheet.medical(modelData)].filter(text => text).join(" · ")
            iconName: modelData.medical_expired ? "account-alert-outline" : "account-outline"
            title: modelData.name
            width: list.width
            onClicked: { sheet.vm.set_customer(modelData.id); sheet.close() }
        }
        EmptyState { anchors.centerIn: parent; iconName: "account-question-outline"; title: qsTr("Nobody found"); visible: list.count === 0 && words.text; width: parent.width - 48 }
    }
}
