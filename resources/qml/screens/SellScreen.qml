import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"
import "sell"

FocusScope {
    id: screen
    readonly property var vm: app.sell

    function focusSearch() { search.forceActiveFocus(); search.selectAll() }
    function openCustomer() { customers.open() }
    function inspect() { grid.inspectCurrent() }
    function openParked() { parked.open() }

    RowLayout {
        anchors.fill: parent
        spacing: 0
        ColumnLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: 0
            spacing: 12
            SearchField {
                id: search
                Layout.fillWidth: true
                focus: true
                label: qsTr("Search by name, SKU or barcode")
                shortcut: "F2"
                onCleared: screen.vm.seek("")
                onTextEdited: screen.vm.seek(text)
            }
            Categories { Layout.fillWidth: true; chosen: screen.vm.category; rows: screen.vm.categories; onPicked: id => screen.vm.enter_category(id) }
            Banner {
                Layout.fillWidth: true
                closable: true
                detail: qsTr("Search for the product by name, or sync the catalog.")
                title: qsTr("Nothing has the code %1.").arg(screen.vm.unknown_code)
                visible: screen.vm.unknown_code !== ""
                onClosed: screen.vm.forget_code()
            }
            Refusal { Layout.fillWidth: true; closable: true; refusal: screen.vm.failure; onClosed: screen.vm.forgive() }
            ProductGrid { id: grid; Layout.fillHeight: true; Layout.fillWidth: true; vm: screen.vm }
        }
        BasketPanel {
            Layout.fillHeight: true
            Layout.preferredWidth: Math.round(Math.min(screen.width * 0.48, Math.max(388, screen.width * 0.34) * Math.min(1.35, Theme.scale)))
            vm: screen.vm.basket
            onCustomerWanted: customers.open()
            onParkedWanted: parked.open()
        }
    }
    VariantSheet { vm: screen.vm }
    CustomerSheet { id: customers; vm: screen.vm.basket }
    PriceSheet { vm: screen.vm.basket.price }
    ParkedSheet { id: parked; vm: screen.vm.basket }
    Toast {
        anchors { bottom: parent.bottom; bottomMargin: 24; left: parent.left; leftMargin: 24 }
        shown: !!screen.vm.basket.undoable.code
        text: screen.vm.basket.undoable.code === "basket_cleared" ? qsTr("Basket emptied")
            : qsTr("%1 removed").arg(screen.vm.basket.undoable.title || "")
        onExpired: screen.vm.basket.let_go()
        onUndone: screen.vm.basket.undo()
    }
}
